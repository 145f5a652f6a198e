import Diagnostics
import KafkaModel
import Testing

@testable import CommandLine

/// Filters against names: what is selected, and what `lockstep why` says decides it.
///
/// Filters are written short: `+` includes, `-` excludes, a `*` at the end of more than itself means PREFIXED.
@Suite struct FilterTable {
    private static let none = "not mirrored: no entry names it, and no filter covers it"
    private static let kafka = "not mirrored: names that begin with __ belong to Kafka or to a tool"
    private static let confluent =
        "not mirrored: names that begin with _confluent belong to Confluent's brokers and tools, "
        + "unless an INCLUDE names them in full"

    private static func yes(_ name: String, _ filter: String) -> String { "mirrored as eu.\(name): INCLUDE \(filter)" }
    private static func no(_ filter: String) -> String { "not mirrored: EXCLUDE \(filter) wins over every INCLUDE" }

    private static let literals: [(String, String, String)] = [
        ("+orders", "orders", yes("orders", "orders LITERAL")),
        ("+orders", "order", none),
        ("+orders", "orders2", none),
        ("+orders", "orders.v1", none),
        ("+orders", "Orders", none),
        ("+orders", "ORDERS", none),
        ("+Orders", "orders", none),
        ("+orders +orders", "orders", yes("orders", "orders LITERAL")),
        ("+a +b +c", "b", yes("b", "b LITERAL")),
        ("+a +b +c", "d", none),
        ("+a.b", "a.b", yes("a.b", "a.b LITERAL")),
        ("+a.b", "axb", none),
        ("+a-b_c.d", "a-b_c.d", yes("a-b_c.d", "a-b_c.d LITERAL")),
        ("+1", "1", yes("1", "1 LITERAL")),
    ]
    private static let prefixes: [(String, String, String)] = [
        ("+orders.*", "orders.v1", yes("orders.v1", "orders. PREFIXED")),
        ("+orders.*", "orders.", yes("orders.", "orders. PREFIXED")),
        ("+orders.*", "orders", none),
        ("+orders.*", "ordersxv1", none),
        ("+orders*", "orders", yes("orders", "orders PREFIXED")),
        ("+orders*", "orders-archive", yes("orders-archive", "orders PREFIXED")),
        ("+orders*", "Orders-archive", none),
        ("+orders*", "my-orders", none),
        ("+o* +orders.*", "orders.v1", yes("orders.v1", "o PREFIXED")),
        ("+orders.* +o*", "orders.v1", yes("orders.v1", "orders. PREFIXED")),
        ("+shop* +shop.eu*", "shop.us", yes("shop.us", "shop PREFIXED")),
        ("+shop.eu*", "shop.e", none),
        ("+_*", "_schemas", yes("_schemas", "_ PREFIXED")),
        ("+_*", "__x", kafka),
        ("+-*", "-x", yes("-x", "- PREFIXED")),
    ]
    private static let exclusions: [(String, String, String)] = [
        ("+orders.* -orders.tmp.*", "orders.v1", yes("orders.v1", "orders. PREFIXED")),
        ("+orders.* -orders.tmp.*", "orders.tmp.1", no("orders.tmp. PREFIXED")),
        ("-orders.tmp.* +orders.*", "orders.tmp.1", no("orders.tmp. PREFIXED")),
        ("-orders.tmp.* +orders.*", "orders.v1", yes("orders.v1", "orders. PREFIXED")),
        ("+orders -orders", "orders", no("orders LITERAL")),
        ("-orders +orders", "orders", no("orders LITERAL")),
        ("+orders.tmp.1 -orders.tmp.*", "orders.tmp.1", no("orders.tmp. PREFIXED")),
        ("+* -orders", "orders", no("orders LITERAL")),
        ("-orders +*", "orders", no("orders LITERAL")),
        ("+* -orders", "orders2", yes("orders2", "* LITERAL")),
        ("+* -Orders", "orders", yes("orders", "* LITERAL")),
        ("-orders", "orders", no("orders LITERAL")),
        ("-orders", "other", none),
        ("-orders.*", "other", none),
        ("-*", "other", no("* LITERAL")),
        ("+* -*", "other", no("* LITERAL")),
        ("+a -a* -a", "a", no("a PREFIXED")),
        ("+x -y -z", "x", yes("x", "x LITERAL")),
        ("+shop.* -shop* +shop.eu", "shop.eu", no("shop PREFIXED")),
    ]
    private static let wildcards: [(String, String, String)] = [
        ("+*", "anything", yes("anything", "* LITERAL")),
        ("+*", "a.b-c_d", yes("a.b-c_d", "* LITERAL")),
        ("+*", "_schemas", yes("_schemas", "* LITERAL")),
        ("+*", "_", yes("_", "* LITERAL")),
        ("+*", "__consumer_offsets", kafka),
        ("+*", "__transaction_state", kafka),
        ("+*", "__lockstep", kafka),
        ("+*", "__", kafka),
        ("+__consumer_offsets", "__consumer_offsets", kafka),
        ("+__*", "__consumer_offsets", kafka),
        ("-__* +*", "__consumer_offsets", kafka),
        ("+*", "_confluent-metrics", confluent),
        ("+_*", "_confluent-link-metadata", confluent),
        ("+_confluent*", "_confluent-command", confluent),
        ("+_confluent-command", "_confluent-command", yes("_confluent-command", "_confluent-command LITERAL")),
        ("+* +_confluent-command", "_confluent-command", yes("_confluent-command", "_confluent-command LITERAL")),
        ("+* +_confluent-command -_*", "_confluent-command", no("_ PREFIXED")),
        ("+*", "confluent", yes("confluent", "* LITERAL")),
        ("+*", "*", yes("*", "* LITERAL")),
    ]

    static let table = literals + prefixes + exclusions + wildcards

    private func filters(_ text: String) -> TopicFilters {
        TopicFilters(
            text.split(separator: " ").map { word in
                let isPrefix = word.hasSuffix("*") && word.count > 2
                return TopicFilter(
                    name: String(word.dropFirst().dropLast(isPrefix ? 1 : 0)),
                    patternType: isPrefix ? .prefixed : .literal,
                    filterType: word.hasPrefix("+") ? .include : .exclude)
            })
    }

    private func link(_ filters: TopicFilters?) -> LinkSpec {
        var link = LinkSpec(
            name: "l", place: SourcePlace(file: "l.yaml", line: 1, column: 1), source: "a", destination: "b")
        link.prefix = "eu."
        link.autoCreateFilters = filters
        return link
    }

    @Test func `is large enough`() {
        #expect(Self.table.count >= 60)
    }

    @Test(arguments: table)
    func `says who decides`(_ text: String, _ name: String, _ why: String) {
        let filters = filters(text)
        #expect(WhyCommand.reason(name, link(filters)) == why)
        #expect(filters.selects(name) == why.hasPrefix("mirrored"))
    }

    /// The order of entries has no meaning for what is selected.
    @Test(arguments: table)
    func `does not depend on the order`(_ text: String, _ name: String, _ why: String) {
        let turned = TopicFilters(filters(text).entries.reversed())
        #expect(turned.selects(name) == why.hasPrefix("mirrored"))
    }

    /// Groups have the same filters, and names of their own that are never synced.
    @Test(arguments: [
        ("+*", "shop", "synced as shop: INCLUDE * LITERAL (l.yaml:7:3)"),
        ("+shop-*", "shop-eu", "synced as shop-eu: INCLUDE shop- PREFIXED (l.yaml:7:3)"),
        ("+shop-*", "Shop-eu", "not synced: no filter covers it (l.yaml:7:3)"),
        ("+* -moved-*", "moved-a", "not synced: EXCLUDE moved- PREFIXED wins over every INCLUDE (l.yaml:7:3)"),
        ("+*", "a group with blanks", "synced as a group with blanks: INCLUDE * LITERAL (l.yaml:7:3)"),
        ("+*", "__x", "not synced: names that begin with __ belong to Kafka or to a tool"),
        ("+lockstep.l", "lockstep.l", "not synced: groups that begin with lockstep. are those of Lockstep's workers"),
    ])
    func `says who decides about a group`(_ text: String, _ group: String, _ why: String) {
        var link = link(nil)
        #expect(WhyCommand.reason(group: group, link).hasPrefix("not synced: consumerGroupFilters are not declared"))
        link.groupFilters = filters(text)
        link.configs["consumer.offset.sync.enable"] = "true"
        link.configPlaces["consumer.offset.group.filters"] = SourcePlace(file: "l.yaml", line: 7, column: 3)
        #expect(WhyCommand.reason(group: group, link) == why)
        #expect(filters(text).selects(group: group) == why.hasPrefix("synced"))
        guard why.hasPrefix("synced") else { return }
        link.configs["consumer.group.prefix.enable"] = "true"
        #expect(WhyCommand.reason(group: group, link).hasPrefix("synced as eu.\(group): "))
    }

    @Test func `an entry of its own comes before every filter`() {
        var link = link(filters("-orders"))
        link.mirrorTopics = [
            MirrorTopicSpec(
                name: "eu.orders", sourceName: "orders", state: .paused,
                place: SourcePlace(file: "l.yaml", line: 9, column: 5))
        ]
        #expect(WhyCommand.reason("orders", link) == "declared as mirror topic eu.orders, state PAUSED (l.yaml:9:5)")
        #expect(WhyCommand.reason("other", link) == Self.none)
        #expect(
            WhyCommand.reason("orders", self.link(nil))
                == "not mirrored: no entry names it, and autoCreateTopics is off")
        #expect(WhyCommand.reason("orders", self.link(TopicFilters([]))) == Self.none)
    }
}
