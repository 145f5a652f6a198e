import Foundation
import KafkaModel
import PlanReport
import Planner
import Testing

@Suite struct `Plan JSON` {
    @Test func `holds the whole plan in Terraform's shape`() {
        let plan = Scenario.plan { desired, _ in
            desired.links.removeAll { $0.name == "paris-to-dublin" }
            desired.links[0].mirrorTopics.removeAll { $0.name == "billing.payments" || $0.name == "audit.views" }
            desired.clusters["paris"] = nil
        }
        let text = PlanJSON.render(
            plan, PlanJSON.Options(version: "0.5.0", commit: "3f9c2e1", validUntilMs: 1_795_382_047_000))
        let comparable = text.replacing(plan.planId, with: "(id)").replacing(plan.fingerprint, with: "(fingerprint)")
        #expect(comparable == Self.wholeDocument)
    }

    private static let wholeDocument = """
        {
          "format_version": "1.0",
          "tool": {
            "name": "lockstep",
            "version": "0.5.0"
          },
          "plan_id": "(id)",
          "live_fingerprint": "(fingerprint)",
          "timestamp": "2026-11-22T09:14:07Z",
          "expires_at": "2026-11-22T21:14:07Z",
          "source": {
            "git_commit": "3f9c2e1",
            "manifests_digest": "sha256:abababababababababababababababababababababababababababababababab",
            "files": 6
          },
          "clusters": [
            {
              "name": "dublin",
              "cluster_id": "Zt8k1rBfQkO9uJm4c6yNEw",
              "brokers": 3,
              "access": "READ_WRITE",
              "reachable": true,
              "problem": null,
              "identity": null
            },
            {
              "name": "lyon",
              "cluster_id": "5hJr9sPzRcWq7d0tVbGxUg",
              "brokers": 1,
              "access": "READ_ONLY",
              "reachable": true,
              "problem": null,
              "identity": null
            }
          ],
          "applyable": true,
          "complete": true,
          "errored": false,
          "summary": {
            "create": 0,
            "update": 1,
            "delete": 0,
            "irreversible": 1,
            "blocked": 1,
            "unchanged": 1,
            "unmanaged": {
              "topics": 2
            }
          },
          "resource_changes": [
            {
              "step": 1,
              "address": "mirror_topic.lyon-to-dublin/billing.invoices",
              "type": "mirror_topic",
              "name": "billing.invoices",
              "link": "lyon-to-dublin",
              "cluster": "dublin",
              "operation": "promote",
              "irreversible": true,
              "needs": "--allow-irreversible",
              "blocked": null,
              "depends_on": [],
              "location": {
                "file": "links/lyon-to-dublin.yaml",
                "line": 21,
                "column": 7
              },
              "change": {
                "actions": [
                  "update"
                ],
                "before": {
                  "state": "ACTIVE"
                },
                "after": {
                  "state": "PROMOTED"
                },
                "after_unknown": {
                  "stopped_offsets": true
                },
                "before_sensitive": false,
                "after_sensitive": false
              },
              "wait": {
                "max_lag": 0,
                "timeout_ms": 600000
              },
              "preconditions": [
                {
                  "kind": "cluster_id",
                  "object": "dublin",
                  "equals": "Zt8k1rBfQkO9uJm4c6yNEw"
                },
                {
                  "kind": "value",
                  "object": "mirror lyon-to-dublin/billing.invoices state",
                  "equals": "ACTIVE"
                },
                {
                  "kind": "topic_id",
                  "object": "topic dublin/billing.invoices",
                  "equals": "id-billing.invoices"
                },
                {
                  "kind": "cluster_id",
                  "object": "lyon",
                  "equals": "5hJr9sPzRcWq7d0tVbGxUg"
                },
                {
                  "kind": "topic_id",
                  "object": "topic lyon/billing.invoices",
                  "equals": "id-billing.invoices"
                }
              ],
              "details": [
                {
                  "label": "lag now",
                  "value": "1204 records on 8 partitions"
                },
                {
                  "label": "will wait for",
                  "value": "lag 0, at most 10m; then mirroring stops for good"
                },
                {
                  "label": "after this",
                  "value": "writable on dublin; lyon keeps its own copy"
                }
              ]
            },
            {
              "step": null,
              "address": "mirror_topic.lyon-to-dublin/audit.clicks",
              "type": "mirror_topic",
              "name": "audit.clicks",
              "link": "lyon-to-dublin",
              "cluster": "dublin",
              "operation": "delete",
              "irreversible": true,
              "needs": null,
              "blocked": {
                "reasons": [
                  {
                    "rule": "deletion_protection",
                    "summary": "deletionProtection is true on lyon-to-dublin",
                    "at": {
                      "file": "links/lyon-to-dublin.yaml",
                      "line": 26,
                      "column": 7
                    }
                  }
                ],
                "remedy": "merge deletionProtection: false for the link first, then apply with --allow-delete"
              },
              "depends_on": [],
              "location": {
                "file": "links/lyon-to-dublin.yaml",
                "line": 23,
                "column": 7
              },
              "change": {
                "actions": [
                  "delete"
                ]
              },
              "preconditions": [],
              "details": [
                {
                  "label": "would delete",
                  "value": "8 partitions"
                }
              ]
            }
          ],
          "unmanaged": {
            "mirror_topics": [
              {
                "link": "lyon-to-dublin",
                "name": "audit.views"
              },
              {
                "link": "lyon-to-dublin",
                "name": "billing.payments"
              }
            ]
          },
          "diagnostics": []
        }

        """

    @Test func `names what a step creates and what it waits for`() throws {
        let text = PlanJSON.render(Scenario.plan(), PlanJSON.Options(version: "0.5.0"))
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let changes = try #require(document["resource_changes"] as? [[String: Any]])
        #expect(
            changes.map { $0["operation"] as? String } == [
                "pause", "create", "create", "create", "create", "start", "promote", "delete", "create",
            ])
        #expect(
            changes[2...5].map { $0["depends_on"] as? [String] }
                == Array(repeating: ["cluster_link.paris-to-dublin"], count: 4))
        let change = try #require(changes[4]["change"] as? [String: Any])
        let after = try #require(change["after"] as? [String: Any])
        #expect(after["partitions"] as? Int == 12)
        #expect((after["configs"] as? [String: String])?["max.message.bytes"] == "1048588")
        #expect(change["before"] is NSNull)
    }

    @Test func `says that it is incomplete and why`() throws {
        let plan = Scenario.plan { _, live in
            live.clusters["paris"] = LiveCluster(
                name: "paris", clusterId: nil, brokerCount: 0, problem: "a \"quoted\" word")
        }
        let text = PlanJSON.render(plan, PlanJSON.Options(version: "0.5.0"))
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(document["complete"] as? Bool == false)
        let diagnostics = try #require(document["diagnostics"] as? [[String: Any]])
        #expect(
            diagnostics.map { $0["summary"] as? String } == ["source paris cannot be read: a \"quoted\" word"])
    }

    @Test func `gives the three counts in one line`() {
        #expect(PlanJSON.counts(Scenario.plan()) == "{\"create\":5,\"update\":2,\"delete\":0}\n")
    }
}

@Suite struct `JSON text` {
    @Test func `escapes what JSON does not allow`() throws {
        let text = "a\"b\\c\n\r\t\u{1}\u{7F}\u{2028}ü/"
        let written = JSONText.array([.string(text)]).compact()
        #expect(written == #"["a\"b\\c\n\r\t\u0001\u007f\u2028ü/"]"#)
        #expect(try JSONSerialization.jsonObject(with: Data(written.utf8)) as? [String] == [text])
    }

    @Test func `writes empty containers, numbers and nothing`() {
        let document: JSONText = ["a": [], "b": .object([]), "c": .integer(.min), "d": .null, "e": false]
        #expect(document.compact() == #"{"a":[],"b":{},"c":-9223372036854775808,"d":null,"e":false}"#)
        #expect(document.pretty().hasPrefix("{\n  \"a\": [],\n  \"b\": {},\n"))
    }
}
