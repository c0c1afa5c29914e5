"""How the pinned Elasticsearch server is started directly: its JVM options, and what it reads from standard input.

`bin/elasticsearch` is a Java program that works these out, starts the server as its child and stays. Writing them
here saves that process, its memory and three seconds. The form is that of version 9.2.4 (`ServerArgs.writeTo`), which
is pinned.
"""

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

_SECRETS_CLASS = "org.elasticsearch.common.settings.KeyStoreWrapper"
_SECRETS_VERSION = 7
_TEXT, _LIST = 0, 7


def jvm_options(home: Path, *, temporary: str, more: str = "") -> list[str]:
    """All arguments of `java`, the main class included; of two about the same the later wins, so `more` does."""
    (bridge,) = (home / "lib" / "entitlement-bridge").glob("*.jar")
    return [
        "-Xms256m",
        "-Xmx256m",
        "-XX:MaxDirectMemorySize=128m",
        "-Xss1m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:-OmitStackTraceInFastThrow",
        f"-Djava.io.tmpdir={temporary}",
        "-Djava.awt.headless=true",
        "-Djava.locale.providers=CLDR",
        "-Dfile.encoding=UTF-8",
        "-Djna.nosys=true",
        "-Dio.netty.noUnsafe=true",
        "-Dio.netty.noKeySetOptimization=true",
        "-Dio.netty.recycler.maxCapacityPerThread=0",
        "-Dlog4j.shutdownHookEnabled=false",
        "-Dlog4j2.disable.jmx=true",
        "-Dlog4j2.formatMsgNoLookups=true",
        "-Dorg.apache.lucene.vectorization.upperJavaFeatureVersion=25",
        "-Dorg.apache.lucene.store.defaultReadAdvice=normal",
        "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
        "-Des.networkaddress.cache.ttl=60",
        "-Des.networkaddress.cache.negative.ttl=10",
        "-Des.distribution.type=tar",
        "-Des.java.type=bundled",
        f"-Des.path.home={home}",
        "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.lucene99=org.elasticsearch.server",
        "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.hnsw=org.elasticsearch.server",
        "--add-opens=org.apache.lucene.core/org.apache.lucene.internal.vectorization=org.elasticsearch.server",
        "--enable-native-access=org.elasticsearch.nativeaccess,org.apache.lucene.core",
        "--enable-native-access=ALL-UNNAMED",
        "--illegal-native-access=deny",
        "-XX:+EnableDynamicAgentLoading",
        "-Djdk.attach.allowAttachSelf=true",
        f"--patch-module=java.base={bridge}",
        "--add-exports=java.base/org.elasticsearch.entitlement.bridge="
        "org.elasticsearch.entitlement,java.logging,java.net.http,java.naming,jdk.net",
        "--module-path",
        str(home / "lib"),
        "--add-modules=jdk.net",
        "--add-modules=jdk.management.agent",
        "--add-modules=ALL-MODULE-PATH",
        *more.split(),
        "-m",
        "org.elasticsearch.server/org.elasticsearch.bootstrap.Elasticsearch",
    ]


def server_arguments(settings: Mapping[str, str | Sequence[str]], *, config: Path, logs: Path) -> bytes:
    """What the server reads first: not a daemon, not quiet, no pid file, no secrets, its settings and two folders."""
    written = [b"\0\0\0", _text(_SECRETS_CLASS), _no_secrets(), _length(len(settings))]
    for name in sorted(settings):
        value = settings[name]
        written.append(_text(name))
        if isinstance(value, str):
            written += [bytes([_TEXT]), _text(value)]
        else:
            written += [bytes([_LIST]), _length(len(value))]
            written += [bytes([_TEXT]) + _text(item) for item in value]
    return b"".join([*written, _text(str(config)), _text(str(logs))])


def _no_secrets() -> bytes:
    """A keystore in memory: its version, no password, no data, no entries, not closed."""
    return struct.pack("!i", _SECRETS_VERSION) + b"\0\0\0\0"


def _length(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the high bit says that more follow."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


def _text(value: str) -> bytes:
    """The number of UTF-16 units, then each in one to three bytes (a surrogate is written by itself)."""
    units = struct.unpack(f"<{len(value.encode('utf-16-le')) // 2}H", value.encode("utf-16-le"))
    encoded = b"".join(chr(unit).encode("utf-8", "surrogatepass") for unit in units)
    return _length(len(units)) + encoded
