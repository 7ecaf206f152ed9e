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
  AS_IF([test "x$enable_werror" = xyes], [PCAT_CFLAGS="$PCAT_CFLAGS -Werror"])
])

# PCAT_SANITIZERS: --enable-sanitizers builds everything with ASan and UBSan.
AC_DEFUN([PCAT_SANITIZERS], [
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers], [build with AddressSanitizer and UndefinedBehaviorSanitizer])])
  AS_IF([test "x$enable_sanitizers" = xyes], [
    PCAT_CFLAGS="$PCAT_CFLAGS -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer"
    PCAT_LDFLAGS="-fsanitize=address,undefined"
  ])
  AC_SUBST([PCAT_LDFLAGS])
])

# PCAT_LIBRARY(VARIABLE, MODULE, DEBIAN, FEDORA): pkg-config, and on failure the packages' names.
AC_DEFUN([PCAT_LIBRARY], [
  PKG_CHECK_MODULES([$1], [$2], [],
    [AC_MSG_ERROR([$2 is missing: apt-get install $3 (Debian, Ubuntu), dnf install $4 (Fedora), or ./bootstrap build])])
])
