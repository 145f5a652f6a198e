import KafkaModel
import Testing

/// ACLs in words, there and back.
@Suite struct AclTextTests {
    @Test func `reads what is written of every resource type, operation, permission and pattern`() {
        for type in AclResourceType.allCases {
            for operation in AclOperation.allCases {
                for permission in AclPermission.allCases {
                    for pattern in AclPatternType.allCases where type != .cluster || pattern == .literal {
                        for host in ["*", "10.0.0.7", "fe80::1"] {
                            let name = type == .cluster ? AclBinding.clusterName : "orders-"
                            let acl = AclBinding(permission, "User:app", operation, type, name, pattern, host: host)
                            #expect(AclBinding("\(acl)") == acl, "\(acl)")
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: [
        AclBinding(.allow, "User:CN=app, OU=to READ it,O=x", .read, .topic, "a"),
        AclBinding(.allow, "User:*", .read, .topic, "*"),
        AclBinding(.allow, "User:up to now", .read, .group, "a group with blanks", .prefixed, host: "h"),
        AclBinding(.deny, "Group:a:b", .write, .transactionalId, "from host"),
        AclBinding(.allow, "User:a", .read, .group, "(PREFIXED) x"),
        AclBinding(.allow, "User:a", .read, .group, "x from host y z"),
        AclBinding(.allow, "User:a", .createTokens, .user, "User:b"),
    ])
    func `reads names with blanks and words`(_ acl: AclBinding) {
        #expect(AclBinding("\(acl)") == acl)
    }

    @Test func `takes words in any case, and names as they are`() {
        #expect(
            AclBinding("ALLOW User:App to read Topic Orders (prefixed)")
                == AclBinding(.allow, "User:App", .read, .topic, "Orders", .prefixed))
        #expect(
            AclBinding("Allow User:a to write transactionalid T")
                == AclBinding(.allow, "User:a", .write, .transactionalId, "T"))
    }

    @Test(arguments: [
        "", "allow", "allow ", "orders", "permit User:a to READ topic b", "allow User:a READ topic b",
        "allow a to READ topic b", "allow :a to READ topic b", "allow User: to READ topic b",
        "allow User:a to READ topic",
        "allow User:a to READ topic ", "allow User:a to REED topic b", "allow User:a to READ tropic b",
        "allow User:a to READ topic  (PREFIXED)", "allow User:a to ALTER cluster other",
        "allow User:a to ALTER cluster kafka-cluster (PREFIXED)", "READ on topic orders", "allow any",
        "allowUser:a to READ topic b",
    ])
    func `refuses everything else`(_ text: String) {
        #expect(AclBinding(text) == nil)
    }
}
