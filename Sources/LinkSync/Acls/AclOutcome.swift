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
        if notOwned > 0 { parts.append("\(notOwned) that this link did not create stay") }
        let never = changes.keptCount(.pruneNever)
        if never > 0 { parts.append("\(never) that the source lacks stay") }
        let others = changes.keptCount(.ofOtherLink)
        if others > 0 { parts.append("\(others) that another link owns stay") }
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
