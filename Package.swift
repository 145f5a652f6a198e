// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    // `any` is written where a value is boxed, so that the cost can be seen.
    .enableUpcomingFeature("ExistentialAny"),
    // A member is only visible through an import of its own module: the arrows stay honest.
    .enableUpcomingFeature("MemberImportVisibility"),
    // An async function stays on its caller's executor: no hidden hop off the event loop.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
    // The codec is generic and used across modules; without this it is three times slower.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

let cSettings: [CSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-O2"])]

func target(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

// Floors as in Sources/README.md; HouseTests holds every import against its table.
let package = Package(
    name: "lockstep",
    products: [
        .executable(name: "lockstep", targets: ["lockstep"]),
        // Preloaded by Benchmarks into what it measures.
        .library(name: "AllocationCount", type: .dynamic, targets: ["AllocationCount"]),
    ],
    targets: [
        // Floor 0
        .target(name: "CLinux", cSettings: cSettings),
        .target(name: "CChecksum", cSettings: cSettings),
        .target(name: "AllocationCount", cSettings: cSettings),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        // Floor 1
        target("Bytes", ["CChecksum", "COpenSSL"]),
        target("Diagnostics", []),
        // Floor 2
        target("KafkaProtocol", ["Bytes"]),
        target("KafkaRecords", ["Bytes"]),
        target("YAMLDocument", ["CYAML", "Diagnostics"]),
        // Floor 3
        target("EventLoop", ["CLinux", "Bytes"]),
        target("Credentials", ["COpenSSL"]),
        // Floor 4
        target("TLS", ["COpenSSL", "EventLoop", "Credentials"]),
        target("KafkaModel", ["Diagnostics", "Credentials"]),
        // Floor 5
        target("KafkaConnection", ["Bytes", "KafkaProtocol", "EventLoop", "Credentials", "TLS"]),
        target("Manifest", ["Bytes", "Diagnostics", "YAMLDocument", "Credentials", "KafkaModel"]),
        target("Planner", ["Bytes", "Diagnostics", "KafkaModel"]),
        // Floor 6
        target(
            "KafkaClient",
            ["Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "KafkaModel", "KafkaConnection"]),
        target("PlanReport", ["Diagnostics", "KafkaModel", "Planner"]),
        target("EmbeddedBroker", ["Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "Credentials", "TLS"]),
        // Floor 7
        target(
            "LinkStore",
            [
                "Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "KafkaModel", "KafkaConnection", "KafkaClient",
            ]),
        target(
            "LinkSync",
            ["KafkaProtocol", "EventLoop", "KafkaModel", "KafkaConnection", "KafkaClient", "LinkStore"]),
        target("LiveState", ["KafkaProtocol", "KafkaModel", "KafkaClient", "LinkStore"]),
        target(
            "Applier",
            [
                "KafkaProtocol", "KafkaRecords", "KafkaModel", "Planner", "KafkaClient", "LinkStore", "LinkSync",
                "LiveState",
            ]),
        target(
            "Mirror",
            [
                "CLinux", "Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "KafkaModel",
                "KafkaConnection", "KafkaClient", "LinkStore", "LinkSync",
            ]),
        // Floor 8
        target(
            "Reconciler",
            [
                "Bytes", "Diagnostics", "KafkaRecords", "EventLoop", "Credentials", "TLS", "KafkaModel",
                "KafkaConnection", "Manifest", "Planner", "KafkaClient", "LinkStore", "LinkSync", "LiveState",
                "Applier", "Mirror",
            ]),
        // Floor 9
        target(
            "CommandLine",
            [
                "CLinux", "Bytes", "Diagnostics", "KafkaRecords", "EventLoop", "KafkaModel", "Manifest", "KafkaClient",
                "Planner", "PlanReport", "EmbeddedBroker", "LinkStore", "LinkSync", "LiveState", "Applier",
                "Mirror", "Reconciler",
            ]),
        .executableTarget(name: "lockstep", dependencies: ["CommandLine"], swiftSettings: settings),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Bytes", "KafkaRecords", "EventLoop", "KafkaModel", "KafkaClient", "TestSupport",
            ],
            swiftSettings: settings),
        // Tests
        .target(name: "ChildSpawn", path: "Tests/ChildSpawn", cSettings: cSettings),
        .target(
            name: "TestSupport", dependencies: ["ChildSpawn"], path: "Tests/TestSupport", exclude: ["Java"],
            swiftSettings: settings),
        tests("HouseTests", ["TestSupport"]),
        tests("HarnessTests", ["TestSupport"]),
        tests("BytesTests", ["TestSupport", "CChecksum", "Bytes"]),
        tests("DiagnosticsTests", ["Diagnostics"]),
        tests("KafkaProtocolTests", ["TestSupport", "Bytes", "KafkaProtocol"], exclude: ["Vectors"]),
        tests("KafkaRecordsTests", ["Bytes", "KafkaRecords"]),
        tests("YAMLDocumentTests", ["TestSupport", "Diagnostics", "YAMLDocument"]),
        tests("EventLoopTests", ["TestSupport", "Bytes", "EventLoop"]),
        tests("CredentialsTests", ["TestSupport", "Credentials"]),
        tests("TLSTests", ["TestSupport", "Bytes", "EventLoop", "Credentials", "TLS"]),
        tests(
            "KafkaConnectionTests",
            [
                "TestSupport", "Bytes", "KafkaProtocol", "EventLoop", "Credentials", "TLS", "KafkaConnection",
                "EmbeddedBroker",
            ]),
        tests(
            "ManifestTests", ["TestSupport", "Diagnostics", "YAMLDocument", "Credentials", "KafkaModel", "Manifest"]),
        tests(
            "KafkaClientTests",
            [
                "TestSupport", "Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "Credentials", "TLS",
                "KafkaModel",
                "KafkaConnection", "KafkaClient",
            ]),
        tests(
            "EmbeddedBrokerTests",
            [
                "TestSupport", "Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "Credentials", "TLS",
                "KafkaConnection", "EmbeddedBroker",
            ]),
        tests("PlannerTests", ["Diagnostics", "KafkaModel", "Planner"]),
        tests("PlanReportTests", ["Diagnostics", "KafkaModel", "Planner", "PlanReport"]),
        tests(
            "LinkStoreTests",
            [
                "TestSupport", "Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "KafkaModel", "KafkaConnection",
                "KafkaClient", "EmbeddedBroker", "LinkStore",
            ]),
        tests(
            "LinkSyncTests",
            [
                "TestSupport", "KafkaProtocol", "EventLoop", "Credentials", "KafkaModel", "KafkaConnection",
                "KafkaClient", "EmbeddedBroker", "LinkStore", "LinkSync",
            ]),
        tests(
            "LiveStateTests",
            [
                "TestSupport", "Bytes", "Diagnostics", "KafkaProtocol", "KafkaRecords", "EventLoop", "Credentials",
                "KafkaModel", "KafkaConnection", "KafkaClient", "EmbeddedBroker", "LinkStore", "LiveState",
            ]),
        tests(
            "ApplierTests",
            [
                "TestSupport", "Bytes", "Diagnostics", "KafkaProtocol", "KafkaRecords", "EventLoop", "KafkaModel",
                "KafkaConnection", "Planner", "KafkaClient", "EmbeddedBroker", "LinkStore", "LinkSync", "LiveState",
                "Applier",
            ]),
        tests(
            "MirrorTests",
            [
                "TestSupport", "Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "Credentials", "KafkaModel",
                "KafkaConnection", "KafkaClient", "EmbeddedBroker", "LinkStore", "LinkSync", "Mirror",
            ]),
        tests(
            "ReconcilerTests",
            [
                "TestSupport", "Bytes", "Diagnostics", "KafkaProtocol", "KafkaRecords", "EventLoop", "Credentials",
                "TLS", "KafkaModel", "KafkaConnection", "KafkaClient", "EmbeddedBroker", "LinkStore", "Reconciler",
            ]),
        tests(
            "CommandLineTests",
            [
                "TestSupport", "Bytes", "KafkaProtocol", "KafkaRecords", "EventLoop", "Credentials", "KafkaModel",
                "Manifest", "KafkaConnection", "Planner", "KafkaClient", "PlanReport", "EmbeddedBroker", "LinkStore",
                "Reconciler", "CommandLine",
            ]),
        tests("EndToEndTests", ["TestSupport"]),
    ]
)
