#include "CMongo.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct cmongo_functions cmongo_functions;

// As its packages call it; the number changes with everything that is declared here.
static const char library[] = "libmongoc-1.0.so.0";
// Else the library makes a file in /dev/shm as soon as it is loaded, and a process that is killed leaves it there.
static char quiet[] = "MONGOC_DISABLE_SHM=1";

// Loads it while the environment says `quiet`. Setting a variable moves what other threads may be reading without a lock,
// and children would inherit it: here a second list is shown for the moment of loading, and both lists stay in memory.
static void *load(void) {
  char **usual = environ;
  size_t count = 0;
  while (usual && usual[count]) count++;
  char **shown = malloc((count + 2) * sizeof *shown);
  if (!shown) return NULL;
  shown[0] = quiet;
  for (size_t index = 0; index < count; index++) shown[index + 1] = usual[index];
  shown[count + 1] = NULL;
  __atomic_store_n(&environ, shown, __ATOMIC_RELEASE);
  void *found = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  // Whoever changed a variable meanwhile has put a list of their own there.
  __atomic_compare_exchange_n(&environ, &shown, usual, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
  return found;
}

// The texts of the loader go with its next failure, wherever that is.
static const char *cause(void) {
  const char *text = dlerror();
  text = text ? strdup(text) : NULL;
  return text ? text : "out of memory";
}

const char *cmongo_open(void) {
  void *found = load();
  if (!found) return cause();
#define FIND(result, name, parameters, arguments) \
  *(void **)&cmongo_functions.name = dlsym(found, #name); \
  if (!cmongo_functions.name) return cause();
  CMONGO_FUNCTIONS(FIND)
#undef FIND
  return NULL;
}
