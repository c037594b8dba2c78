#pragma once

#include <errno.h>

/// Repeats an interrupted call; its result, or the negated error number.
#define CALL(call)                                                  \
  ({                                                                \
    long call_result;                                               \
    do call_result = (long)(call);                                  \
    while (call_result < 0 && errno == EINTR);                      \
    call_result < 0 ? -(long)errno : call_result;                   \
  })
