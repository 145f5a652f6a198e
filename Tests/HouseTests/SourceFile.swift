import Foundation

/// A place in the repository that breaks a house rule, with what to do about it.
struct Finding: Equatable, CustomStringConvertible {
    /// Path from the top of the repository.
    let file: String
    /// From 1; 0 is the file as a whole.
    let line: Int
    let advice: String

    var description: String { line == 0 ? "\(file): \(advice)" : "\(file):\(line): \(advice)" }
}

/// A file of the repository, or a sample of one.
struct SourceFile {
    /// Path from the top of the repository, such as "Sources/Bytes/CRC32C.swift".
    let path: String
    let text: SwiftText

    init(_ path: String, _ text: String) {
        self.path = path
        self.text = SwiftText(text)
    }

    var name: String { String(path.split(separator: "/").last ?? "") }
    var folders: [String] { path.split(separator: "/").dropLast().map(String.init) }
    /// The target a file under `Sources/` belongs to.
    var target: String? { folders.first == "Sources" && folders.count > 1 ? folders[1] : nil }
    var isSwift: Bool { name.hasSuffix(".swift") }

    func finding(_ line: Int, _ advice: String) -> Finding { Finding(file: path, line: line, advice: advice) }
}

/// The repository this test was built from.
enum Repository {
    /// Its top, absolute.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Every file with one of these endings under a folder.
    static func files(under folder: String, endings: [String]) throws -> [SourceFile] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)").sorted()
        return try names.filter { name in endings.contains { name.hasSuffix($0) } }
            .map { try SourceFile("\(folder)/\($0)", read("\(folder)/\($0)")) }
    }

    /// All our code: Swift, C and Java.
    static let code: [SourceFile] = {
        let endings = [".swift", ".c", ".h", ".java"]
        return ["Sources", "Tests"].flatMap { (try? files(under: $0, endings: endings)) ?? [] }
    }()

    /// The Swift files under `Sources/`.
    static let sources: [SourceFile] = code.filter { $0.isSwift && $0.folders.first == "Sources" }

    static func read(_ path: String) throws -> String {
        try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }
}
