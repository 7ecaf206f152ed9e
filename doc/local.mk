dist_man_MANS = doc/pcat.1 doc/pcat-stream.5
dist_doc_DATA = doc/pcat-events.schema.json doc/features.md doc/performance.md
EXTRA_DIST += doc/pcat-tui.1.in doc/tables.awk doc/examples/read_stream.py doc/examples/config doc/bench.json doc/bench.svg

if TUI
man_MANS = doc/pcat-tui.1
CLEANFILES += doc/pcat-tui.1
TABLES = src/ui/action.def src/ui/config.def src/term/role.def
doc/pcat-tui.1: doc/pcat-tui.1.in doc/tables.awk $(TABLES)
	$(AM_V_GEN)$(MKDIR_P) doc && cd $(srcdir) && $(AWK) -f doc/tables.awk $(TABLES) doc/pcat-tui.1.in \
		>$(abs_builddir)/$@.tmp && cd $(abs_builddir) && mv $@.tmp $@
endif
