# PCAT_C17: C17, or stop.
AC_DEFUN([PCAT_C17], [
  AC_MSG_CHECKING([for C17])
  pcat_saved_CFLAGS=$CFLAGS
  CFLAGS="$CFLAGS -std=gnu17"
  AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [_Static_assert(__STDC_VERSION__ >= 201710L, "C17");])],
    [AC_MSG_RESULT([-std=gnu17])],
    [AC_MSG_RESULT([no])
     AC_MSG_ERROR([$CC has no C17: gcc 8 or clang 6 is the oldest that will do])])
  CFLAGS=$pcat_saved_CFLAGS
  PCAT_CFLAGS="-std=gnu17"
  AC_SUBST([PCAT_CFLAGS])
])

# PCAT_WARNINGS: warnings always, --enable-werror makes them errors.
AC_DEFUN([PCAT_WARNINGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])])
  PCAT_CFLAGS="$PCAT_CFLAGS -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla"
  WERROR=
  AS_IF([test "x$enable_werror" = xyes], [WERROR=-Werror])
  AC_SUBST([WERROR])
])

# PCAT_SANITIZERS: --enable-sanitizers builds with ASan and UBSan, all but the
# programs that get traced (LeakSanitizer can't run below a tracer).
AC_DEFUN([PCAT_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UndefinedBehaviorSanitizer])])
  AS_IF([test "x$enable_sanitizers" = xyes], [
    PCAT_SANITIZE="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
    AC_MSG_CHECKING([whether sanitized programs link])
    pcat_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS $PCAT_SANITIZE"
    AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
      [AC_MSG_RESULT([yes])],
      [AC_MSG_RESULT([no])
       AC_MSG_ERROR([$CC has no sanitizer libraries: dnf install libasan libubsan (Fedora), apt-get install gcc (Debian)])])
    CFLAGS=$pcat_saved_CFLAGS
  ])
  AC_SUBST([PCAT_SANITIZE])
])

# PCAT_LIBRARY(VARIABLE, MODULE, DEBIAN, FEDORA): pkg-config, and on failure the packages' names.
AC_DEFUN([PCAT_LIBRARY], [
  PKG_CHECK_MODULES([$1], [$2], [],
    [AC_MSG_ERROR([$2 is missing: apt-get install $3 (Debian, Ubuntu), dnf install $4 (Fedora), or ./bootstrap build])])
])

# PCAT_PYTEST: PYTEST is the command that runs pytest, or empty. The system's python comes
# first, as that is the one that packages install pytest for.
AC_DEFUN([PCAT_PYTEST], [
  AC_ARG_VAR([PYTHON], [a python3 that has pytest, for the tests])
  AC_MSG_CHECKING([for a python3 with pytest])
  PYTEST=
  for pcat_python in ${PYTHON:-/usr/bin/python3 python3}; do
    AS_IF([$pcat_python -c 'import pytest' 2>/dev/null], [PYTHON=$pcat_python PYTEST="$pcat_python -m pytest"; break])
  done
  AC_MSG_RESULT([${PYTEST:-no}])
  AC_SUBST([PYTEST])
])
