import KafkaModel

/// What a pass of the ACL sync came to, for its report.
struct AclOutcome {
    /// The last look at both sides, before anything was written.
    let changes: AclChanges
    let created: Int
    let deleted: Int
    /// Name of the source cluster.
    let source: String
    /// ACLs of the source in words of a newer Kafka.
    let unknownCount: Int
    /// ACLs that the destination refused.
    let refusals: [TaskProblem]

    var outcome: TaskOutcome {
        TaskOutcome(summary: summary, problems: refusals + kept + unknown)
    }

    private var summary: String {
        var parts = ["\(counted(changes.equal + created, "ACL")) in sync"]
        if created > 0 { parts.append("\(created) created") }
        if deleted > 0 { parts.append("\(deleted) deleted") }
        let notOwned = changes.keptCount(.notOwned)
        if notOwned > 0 { parts.append("\(notOwned) that Lockstep did not create stay") }
        let never = changes.keptCount(.pruneNever)
        if never > 0 { parts.append("\(never) that the source lacks stay") }
        let others = changes.keptCount(.ofOtherLink)
        if others > 0 { parts.append("\(others) that another link created stay") }
        return parts.joined(separator: ", ")
    }

    private var kept: [TaskProblem] {
        changes.kept.filter { $0.reason == .ofLockstep || $0.reason == .wouldDenyLockstep }.map { kept in
            TaskProblem(.skipped, code: "ACL_SKIPPED", subject: "\(kept.acl)", kept.reason.sentence)
        }
    }

    private var unknown: [TaskProblem] {
        guard unknownCount > 0 else { return [] }
        return [
            TaskProblem(
                .skipped, code: "ACL_SKIPPED",
                "\(counted(unknownCount, "ACL")) of \(source) are in words that this version of Lockstep does not know, "
                    + "and are not synced")
        ]
    }
}

/// ACLs that the destination refused one by one; they are tried again after a while, not at every pass.
struct AclRefusals {
    private struct Refusal {
        var text: String
        var until: ContinuousClock.Instant
    }

    /// How long a refused ACL is left alone: the reason is the cluster's, and seldom passes by itself.
    private static let pause = Duration.seconds(60)
    private var refusals: [AclBinding: Refusal] = [:]

    /// Whether an ACL was refused lately.
    func isWaiting(_ acl: AclBinding) -> Bool {
        refusals[acl].map { ContinuousClock.now < $0.until } ?? false
    }

    /// Remembers what was refused, and forgets what was not.
    mutating func note<Failure: Error>(_ results: [AclBinding: Result<Void, Failure>]) {
        for (acl, result) in results {
            switch result {
            case .success: refusals[acl] = nil
            case .failure(let error):
                refusals[acl] = Refusal(text: "\(error)", until: .now + Self.pause)
            }
        }
    }

    /// Forgets ACLs that nobody wants to change any more.
    mutating func keep(only acls: Set<AclBinding>) {
        refusals = refusals.filter { acls.contains($0.key) }
    }

    /// Each refusal that still holds, as a problem of the task.
    var problems: [TaskProblem] {
        refusals.sorted { $0.key < $1.key }.map { acl, refusal in
            TaskProblem(.error, code: "INVALID_REQUEST_ERROR", subject: "\(acl)", refusal.text)
        }
    }
}
