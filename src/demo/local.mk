# What `./bootstrap run` opens the viewer on; not installed.
noinst_PROGRAMS = pcat-demo
pcat_demo_SOURCES = src/demo/demo.c
pcat_demo_CFLAGS = $(TRACEE_CFLAGS)
pcat_demo_LDFLAGS =
