/* The function table by which src/capture/ drives the ptrace engine. See struct engine_kind. */
#ifndef PCAT_PTRACE_ENGINE_H
#define PCAT_PTRACE_ENGINE_H

#include "capture/session.h"

extern const struct engine_kind ptrace_engine;

#endif
