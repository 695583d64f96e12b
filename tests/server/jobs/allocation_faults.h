// An operator new that fails when a test asks it to. For the whole test executable.
#ifndef TRAIND_TESTS_SERVER_JOBS_ALLOCATION_FAULTS_H_
#define TRAIND_TESTS_SERVER_JOBS_ALLOCATION_FAULTS_H_

namespace traind {

// The how-manieth next allocation of this thread throws std::bad_alloc: counted down, and -1 once it has. 0: none.
extern thread_local int allocations_left;

}  // namespace traind

#endif  // TRAIND_TESTS_SERVER_JOBS_ALLOCATION_FAULTS_H_
