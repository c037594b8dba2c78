#pragma once
#define FUSE_USE_VERSION 31
#include <fuse_lowlevel.h>
