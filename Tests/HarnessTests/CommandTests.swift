import Foundation
import TestSupport
import Testing

@Suite("Commands", .timeLimit(.minutes(2)))
struct CommandTests {
    @Test func `collects output, errors and the exit code`() async throws {
        let run = try await CommandRun.run(
            ["sh", "-c", "read -r a; echo \"$a $NAME\"; echo bad >&2; exit 3"], environment: ["NAME": "x"],
            input: .text("hello\n"))
        #expect(run.output == "hello x\n")
        #expect(run.errorOutput == "bad\n")
        #expect(run.exit == .code(3))
    }

    @Test func `takes and gives megabytes at once`() async throws {
        let text = String(repeating: "0123456789abcde\n", count: 1 << 17)
        let run = try await CommandRun.run(["cat"], input: .text(text))
        #expect(run.output == text)
    }

    @Test func `survives a command that does not read its input`() async throws {
        let run = try await CommandRun.run(["true"], input: .bytes([UInt8](repeating: 65, count: 1 << 20)))
        #expect(run.exit == .code(0))
    }

    @Test func `kills what takes too long and says what it had printed`() async throws {
        let error = await #expect(throws: HarnessError.self) {
            try await CommandRun.run(["sh", "-c", "echo waiting; exec sleep 600"], within: .seconds(5))
        }
        #expect(error?.description.contains("it printed:\nwaiting\n") == true)
    }

    @Test func `stops, continues and kills`() async throws {
        let command = try RunningCommand(["sh", "-c", "while read -r a; do echo \"got $a\"; done"], input: .open)
        command.send(line: "one")
        try await command.waitForLine(containing: "got one")
        command.signal(SIGSTOP)
        #expect(isRunning(pid: command.pid))
        command.signal(SIGCONT)
        command.send(line: "two")
        try await command.waitForLine(containing: "got two")
        command.signal(SIGKILL)
        #expect(try await command.waitForExit(within: .seconds(10)) == .signal(SIGKILL))
        #expect(!isRunning(pid: command.pid))
    }

    @Test func `nothing outlives a test process that is killed`() async throws {
        let notes = try TemporaryDirectory("notes")
        let path = notes.file("pids")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let child = try RunningCommand(["sleep", "600"])
            let folder = try TemporaryDirectory("lost")
            try Data("\(child.pid) \(folder.path)".utf8).write(to: URL(fileURLWithPath: path))
            kill(getpid(), SIGKILL)
        }
        let words = try String(contentsOfFile: path, encoding: .utf8).split(separator: " ").map(String.init)
        let pid = try #require(Int32(words[0]))
        try await waitUntil("the child is gone", within: .seconds(10)) { !isRunning(pid: pid) }
        try await waitUntil("its folder is gone", within: .seconds(10)) {
            !FileManager.default.fileExists(atPath: words[1])
        }
    }

    @Test func `finds the built program`() {
        #expect(FileManager.default.isExecutableFile(atPath: lockstepExecutable))
    }

    @Test(arguments: KafkaInstallation.named)
    func `every folder named in the environment is a Kafka`(_ home: String) throws {
        _ = try KafkaInstallation(home: home)
    }

    @Test func `says what is missing in a folder that is no Kafka`() throws {
        let folder = try TemporaryDirectory("no-kafka")
        let error = #expect(throws: HarnessError.self) { try KafkaInstallation(home: folder.path) }
        let text = "\(folder.path) is not an unpacked Kafka download: it has no libs/kafka-clients-*.jar"
        #expect(error?.description == text)
    }
}
