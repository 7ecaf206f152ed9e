/* The engine that stops its tracees with ptrace(2), as capture sees it. */
#ifndef PCAT_PTRACE_ENGINE_H
#define PCAT_PTRACE_ENGINE_H

#include "capture/session.h"

extern const struct engine_kind ptrace_engine;

#endif
