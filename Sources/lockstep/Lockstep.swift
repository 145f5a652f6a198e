import CommandLine
import Glibc

/// The executable: hands its command line over and ends with the command's exit code.
@main
struct Lockstep {
    static func main() async {
        exit(await LockstepProgram.run(Array(Swift.CommandLine.arguments.dropFirst())))
    }
}
