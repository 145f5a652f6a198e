import Manifest
import Planner

/// Saved plans.
enum PlanFile {
    /// Largest plan that is read, in bytes: a step that creates a topic takes some 3 KB.
    private static let limit = 256 << 20

    /// Writes a plan; it holds no secret, and its id seals its content.
    static func write(_ plan: Plan, to path: String) throws(CommandFailure) {
        let bytes: [UInt8]
        do throws(PlanFileError) {
            bytes = try plan.saved()
        } catch {
            throw CommandFailure(.failed, "\(error)")
        }
        guard ProcessFiles.replace(path, with: String(decoding: bytes, as: UTF8.self)) else {
            throw CommandFailure(.failed, "the plan cannot be saved to \(path)")
        }
    }

    /// Reads a saved plan.
    static func read(_ path: String) throws(CommandFailure) -> Plan {
        switch ManifestFiles.read(path, limit: limit) {
        case .failure(let problem): throw CommandFailure(.usage, "the plan \(path) cannot be read: \(problem.reason)")
        case .success(let bytes):
            do throws(PlanFileError) {
                return try Plan.read(bytes)
            } catch {
                throw CommandFailure(.planStale, "\(path): \(error)")
            }
        }
    }

    /// Insists that nothing has changed since a plan was saved: neither the manifests nor what was live.
    static func insistFresh(_ saved: Plan, now: Plan, nowMs: Int64) throws(CommandFailure) {
        let again = "plan again, review it, and apply that"
        if saved.manifestsDigest != now.manifestsDigest {
            throw CommandFailure(.planStale, "the saved plan was made from other manifests; \(again)")
        }
        if saved.fingerprint != now.fingerprint {
            throw CommandFailure(.planStale, "the clusters have changed since the plan was saved; \(again)")
        }
        if nowMs - saved.readAtMs > PlanCommand.validityMs {
            throw CommandFailure(.planStale, "the saved plan is older than 12 hours; \(again)")
        }
    }
}
