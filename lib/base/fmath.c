#include "base/fmath.h"
