dist_man_MANS = doc/pcat.1 doc/pcat-stream.5
EXTRA_DIST += doc/pcat-tui.1.in doc/keys.awk

if TUI
man_MANS = doc/pcat-tui.1
CLEANFILES = doc/pcat-tui.1
doc/pcat-tui.1: doc/pcat-tui.1.in doc/keys.awk src/ui/action.def
	$(AM_V_GEN)$(MKDIR_P) doc && $(AWK) -f $(srcdir)/doc/keys.awk \
		$(srcdir)/src/ui/action.def $(srcdir)/doc/pcat-tui.1.in >$@.tmp && mv $@.tmp $@
endif
