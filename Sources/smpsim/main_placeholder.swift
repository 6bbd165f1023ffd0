@main struct Smpsim { static func main() {} }
