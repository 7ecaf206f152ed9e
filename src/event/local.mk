libevent_a_SOURCES =
