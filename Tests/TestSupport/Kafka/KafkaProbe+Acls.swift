extension KafkaProbe {
    /// All ACLs of a cluster, each as `TOPIC orders LITERAL User:app * READ ALLOW`.
    package func acls(on servers: String) async throws -> Set<String> {
        Set(try await call("acls", on: servers).values)
    }

    /// Creates ACLs, written the same way; a name has no space.
    ///
    /// A KRaft controller acknowledges them before its brokers have them; behind this call they hold.
    package func addAcls(_ acls: String..., on servers: String) async throws {
        _ = try await call("acl-add", on: servers, Self.arguments(acls))
        try await waitUntil("the brokers have \(acls)") { try await self.acls(on: servers).isSuperset(of: acls) }
    }

    /// Deletes exactly these ACLs; behind this call they do not hold any more.
    package func removeAcls(_ acls: String..., on servers: String) async throws {
        _ = try await call("acl-remove", on: servers, Self.arguments(acls))
        try await waitUntil("the brokers have let go of \(acls)") {
            try await self.acls(on: servers).isDisjoint(with: acls)
        }
    }

    private static func arguments(_ acls: [String]) -> [String: String] {
        Dictionary(uniqueKeysWithValues: acls.enumerated().map { ("acl.\($0.offset)", $0.element) })
    }
}
