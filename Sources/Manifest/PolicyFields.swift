import KafkaModel
import YAMLDocument

/// What `policy` says, as far as it is written.
struct LinkPolicy {
    var deletionProtection: Located<Bool>?
    var onUndeclare: Located<LinkSpec.OnUndeclare>?
    var onLinkDelete: Located<LinkSpec.OnLinkDelete>?
    var maximumLag: Located<Int64>?
    var timeoutMs: Located<Int64>?
    var aclPrune: Located<AclPrune>?

    /// Takes it over into a link, with the places; what is not written keeps the link's default.
    func take(into link: inout LinkSpec) {
        Self.take(deletionProtection, "policy.deletionProtection", \.deletionProtection, &link)
        link.deletionProtectionPlace = deletionProtection?.spot.place
        Self.take(onUndeclare, "policy.onUndeclare", \.onUndeclare, &link)
        Self.take(onLinkDelete, "policy.onLinkDelete", \.onLinkDelete, &link)
        Self.take(maximumLag, "policy.promote.maxLag", \.promoteMaximumLag, &link)
        Self.take(timeoutMs, "policy.promote.timeout", \.promoteTimeoutMs, &link)
        Self.take(aclPrune, "policy.aclPrune", \.aclPrune, &link)
    }

    private static func take<Value>(
        _ written: Located<Value>?, _ name: String, _ field: WritableKeyPath<LinkSpec, Value>, _ link: inout LinkSpec
    ) {
        guard let written else { return }
        link[keyPath: field] = written.value
        link.configPlaces[name] = written.spot.place
    }
}

/// The fields of `policy`.
enum PolicyFields {
    static let deletionProtection = Field(
        "deletionProtection", "While true, ABSENT is blocked, for mirror topics and for the link.", Shape<Bool>.boolean,
        fallback: true)
    static let onUndeclare = Field(
        "onUndeclare", "What happens to a mirror topic whose entry left the files.",
        Shape<LinkSpec.OnUndeclare>.choice(["KEEP": .keep, "PAUSE": .pause]), fallback: "KEEP")
    static let onLinkDelete = Field(
        "onLinkDelete", "What happens to mirror topics that have not stopped when the link is ABSENT.",
        Shape<LinkSpec.OnLinkDelete>.choice(["REFUSE": .refuse, "FAIL_OVER": .failOver]), fallback: "REFUSE")
    static let promote = Field("promote", "What a promotion waits for.", PromoteFields.shape)
    static let gapFill = Field(
        "gapFill", "How offsets without a record on the source are filled.",
        Shape<String>.lowercaseWord([
            "auto", "markers", "records", "refuse",
        ]), fallback: "auto", unavailable: { $0 == "markers" || $0 == "records" },
        hint: "use auto or refuse; topics with gaps stop with the reason")
    static let aclPrune = Field(
        "aclPrune",
        "Which ACLs of the destination go when the source lacks them: those Lockstep created, all that match, none.",
        Shape<AclPrune>.choice(listed: AclPrune.allCases.map { ($0.rawValue, $0) }), fallback: "owned")

    static let all: [any FieldDescription] = [
        deletionProtection, onUndeclare, onLinkDelete, promote, gapFill, aclPrune,
    ]

    static let shape = Shape<LinkPolicy>.object(all) { reader in
        var policy = LinkPolicy()
        policy.deletionProtection = reader.take(deletionProtection)
        policy.onUndeclare = reader.take(onUndeclare)
        policy.onLinkDelete = reader.take(onLinkDelete)
        let promote = reader.take(Self.promote)?.value
        policy.maximumLag = promote?.maximumLag
        policy.timeoutMs = promote?.timeoutMs
        _ = reader.take(gapFill)
        policy.aclPrune = reader.take(aclPrune)
        return policy
    }
}

/// The fields of `policy.promote`.
enum PromoteFields {
    static let maxLag = Field(
        "maxLag", "Promotion waits until no partition lags by more records than this.",
        Shape<Int64>.integer(0...Int64.max), fallback: 0)
    static let timeout = Field("timeout", "How long a promotion waits.", Shape<Int64>.durationMs, fallback: "10m")
    static let requireVerified = Field(
        "requireVerified", "Whether a promotion needs a verified copy.", Shape<Bool>.boolean, fallback: false,
        unavailable: { $0 }, hint: "remove it for now")

    static let all: [any FieldDescription] = [maxLag, timeout, requireVerified]

    static let shape = Shape<(maximumLag: Located<Int64>?, timeoutMs: Located<Int64>?)>.object(all) { reader in
        let values = (reader.take(maxLag), reader.take(timeout))
        _ = reader.take(requireVerified)
        return values
    }
}

/// What `workers` says.
struct LinkWorkers {
    var mode: LinkSpec.WorkerMode = .local
    var count: Int = 1
}

/// The fields of `workers`.
enum WorkerFields {
    static let mode = Field(
        "mode", "local: apply starts workers on this machine; external: your supervisor runs \"lockstep worker\".",
        Shape<LinkSpec.WorkerMode>.choice(["local": .local, "external": .external]), fallback: "local")
    static let count = Field("count", "How many workers there should be.", Shape<Int64>.integer(0...1000), fallback: 1)

    static let all: [any FieldDescription] = [mode, count]

    static let shape = Shape<LinkWorkers>.object(all) { reader in
        var workers = LinkWorkers()
        workers.mode = reader.take(mode)?.value ?? workers.mode
        workers.count = reader.take(count).map { Int($0.value) } ?? workers.count
        return workers
    }
}
