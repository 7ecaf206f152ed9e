libsink_a_SOURCES =
