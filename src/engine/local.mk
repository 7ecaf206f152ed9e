libengine_a_SOURCES =
