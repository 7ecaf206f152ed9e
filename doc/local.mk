dist_man_MANS = doc/pcat.1 doc/pcat-stream.5
dist_doc_DATA = doc/pcat-events.schema.json
EXTRA_DIST += doc/pcat-tui.1.in doc/keys.awk doc/examples/read_stream.py

if TUI
man_MANS = doc/pcat-tui.1
CLEANFILES = doc/pcat-tui.1
doc/pcat-tui.1: doc/pcat-tui.1.in doc/keys.awk src/ui/action.def
	$(AM_V_GEN)$(MKDIR_P) doc && $(AWK) -f $(srcdir)/doc/keys.awk \
		$(srcdir)/src/ui/action.def $(srcdir)/doc/pcat-tui.1.in >$@.tmp && mv $@.tmp $@
endif
