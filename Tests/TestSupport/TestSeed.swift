import Foundation

/// The seed of a test with random inputs: `fixed`, or a random one where `LOCKSTEP_RANDOM_SEEDS` is set.
///
/// With fixed seeds a test fails only when something was changed. A random seed that failed is printed; it belongs
/// into the test as one of its seeds.
package func testSeed(_ fixed: UInt64, of what: String = #function) -> UInt64 {
    guard ProcessInfo.processInfo.environment["LOCKSTEP_RANDOM_SEEDS"] != nil else { return fixed }
    let seed = UInt64.random(in: 1 ... .max)
    print("seed of \(what): \(seed)")
    return seed
}
