// Our own hot loops, compiled for several instruction sets.
#ifndef TRAIND_ENGINE_CORE_MULTIVERSION_H_
#define TRAIND_ENGINE_CORE_MULTIVERSION_H_

// Put before the definition of a function whose loops should use the widest vectors of the machine that runs them: the
// compiler makes one clone per instruction set, and the loader picks. The function must do its work itself, since what
// it calls is not cloned unless inlined. Nothing happens elsewhere than on x86-64 with GCC, nor under sanitizers.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(TRAIND_NO_MULTIVERSIONING)
#define TRAIND_MULTIVERSION __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define TRAIND_MULTIVERSION
#endif

#endif  // TRAIND_ENGINE_CORE_MULTIVERSION_H_
