dist_man_MANS = doc/pcat.1 doc/pcat-stream.5
if TUI
dist_man_MANS += doc/pcat-tui.1
endif
EXTRA_DIST += doc/pcat-tui.1
