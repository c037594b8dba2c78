// swift-tools-version: 6.2
import PackageDescription

// Swift 6.2 builds Coffre too, but wants the lifetime of each written span told and warns where 6.3 does not.
#if compiler(<6.3)
  let settingsOfCompiler: [SwiftSetting] = [.enableExperimentalFeature("Lifetimes")]
#else
  let settingsOfCompiler: [SwiftSetting] = [.treatAllWarnings(as: .error)]
#endif

/// One list for all targets: the compiler is the first reviewer. Nobody weakens it for one target.
let house: [SwiftSetting] =
  [.swiftLanguageMode(.v6), .strictMemorySafety()] + settingsOfCompiler
  + [
    "ExistentialAny", "MemberImportVisibility", "InternalImportsByDefault", "NonisolatedNonsendingByDefault",
    "InferIsolatedConformances",
  ].map { .enableUpcomingFeature($0) }

/// A C library of the system, as a module map and a header of includes.
func library(_ name: String, pkgConfig: String, apt: String) -> Target {
  .systemLibrary(name: name, path: "Sources/C/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

/// A Swift wrapper around one C library.
func kit(_ name: String, over library: Target.Dependency) -> Target {
  .target(
    name: name, dependencies: [library, "CoffreSystem", "CoffreCore"], path: "Sources/Kits/\(name)",
    exclude: ["README.md"], swiftSettings: house)
}

/// A room of the house (docs/architecture.md).
func room(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: house)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["CoffreTestKit"], resources: resources, swiftSettings: house)
}

let engineRooms: [Target.Dependency] = [
  "CoffreCore", "CoffreSystem", "CoffreMessages", "CoffreHTTP", "CoffreRepository", "CoffreStores", "CoffreSources",
  "CoffreArchives", "CoffreMount", "CoffreEngine", "OpenSSLKit", "SodiumKit", "ZstdKit", "ZlibKit", "ArchiveKit",
  "PostgresKit", "SQLiteKit", "MariaDBKit", "MongoKit",
]

let package = Package(
  name: "Coffre",
  products: [.executable(name: "coffre", targets: ["coffre"])],
  targets: [
    library("COpenSSL", pkgConfig: "libcrypto", apt: "libssl-dev"),
    library("CSodium", pkgConfig: "libsodium", apt: "libsodium-dev"),
    library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
    library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
    library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
    library("CArchive", pkgConfig: "libarchive", apt: "libarchive-dev"),
    library("CFuse", pkgConfig: "fuse3", apt: "libfuse3-dev"),
    library("CPostgres", pkgConfig: "libpq", apt: "libpq-dev"),
    library("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
    library("CMariaDB", pkgConfig: "libmariadb", apt: "libmariadb-dev"),
    .target(
      name: "CLinux", path: "Sources/C/CLinux", exclude: ["README.md"], cSettings: [.define("_GNU_SOURCE")]),
    // Loaded when it is wanted, and linked to nothing.
    .target(
      name: "CMongo", path: "Sources/C/CMongo", exclude: ["README.md"], cSettings: [.define("_GNU_SOURCE")]),

    room("CoffreCore", []),
    room("CoffreSystem", ["CoffreCore", "CLinux"]),
    kit("OpenSSLKit", over: "COpenSSL"),
    kit("SodiumKit", over: "CSodium"),
    kit("ZstdKit", over: "CZstd"),
    kit("ZlibKit", over: "CZlib"),
    kit("CurlKit", over: "CCurl"),
    kit("ArchiveKit", over: "CArchive"),
    kit("FuseKit", over: "CFuse"),
    kit("PostgresKit", over: "CPostgres"),
    kit("SQLiteKit", over: "CSQLite"),
    kit("MariaDBKit", over: "CMariaDB"),
    kit("MongoKit", over: "CMongo"),
    room("CoffreMessages", ["CoffreCore"]),
    room("CoffreHTTP", ["CoffreCore", "CoffreSystem", "CurlKit"]),
    room("CoffreRepository", ["CoffreCore", "CoffreSystem", "OpenSSLKit", "SodiumKit", "ZstdKit"]),
    room("CoffreStores", ["CoffreCore", "CoffreSystem", "CoffreHTTP", "OpenSSLKit"]),
    room(
      "CoffreSources",
      ["CoffreCore", "CoffreSystem", "OpenSSLKit", "PostgresKit", "SQLiteKit", "MariaDBKit", "MongoKit"]),
    room(
      "CoffreArchives", ["CoffreCore", "CoffreSystem", "ArchiveKit", "OpenSSLKit", "SodiumKit", "ZstdKit", "ZlibKit"]),
    room(
      "CoffreInventory", ["CoffreCore", "CoffreSystem", "CoffreSources", "PostgresKit", "SQLiteKit", "MariaDBKit"]),
    room("CoffreMount", ["CoffreCore", "CoffreSystem", "CoffreRepository", "FuseKit"]),
    room("CoffreEngine", ["CoffreCore", "CoffreSystem", "CoffreRepository"]),
    .executableTarget(
      name: "coffre",
      dependencies: [
        "CoffreCore", "CoffreSystem", "CoffreMessages", "CoffreRepository", "CoffreStores", "CoffreSources",
        "CoffreArchives", "CoffreInventory", "CoffreMount", "CoffreEngine",
      ], exclude: ["README.md"], swiftSettings: house),

    .target(
      name: "CoffreTestKit", dependencies: engineRooms, path: "Tests/CoffreTestKit",
      exclude: ["README.md", "Fixtures"],
      resources: [.copy("Vectors")], swiftSettings: house),
    tests("CoffreCoreTests", ["CoffreCore"]),
    tests("CoffreSystemTests", ["CoffreCore", "CoffreSystem"]),
    tests(
      "KitsTests",
      [
        "CoffreCore", "CoffreSystem", "OpenSSLKit", "SodiumKit", "ZstdKit", "ZlibKit", "CurlKit", "ArchiveKit",
        "FuseKit", "PostgresKit", "SQLiteKit", "MariaDBKit", "MongoKit",
      ]),
    tests("CoffreMessagesTests", ["CoffreCore", "CoffreMessages"]),
    tests("CoffreRepositoryTests", engineRooms),
    tests("CoffreStoresTests", engineRooms),
    tests("CoffreSourcesTests", engineRooms),
    tests("CoffreArchivesTests", engineRooms),
    tests("CoffreInventoryTests", engineRooms + ["CoffreInventory"]),
    tests("CoffreMountTests", engineRooms),
    tests("CoffreEngineTests", engineRooms),
    tests("CommandTests", engineRooms + ["coffre"]),
    tests("InteropTests", engineRooms),
  ]
)
