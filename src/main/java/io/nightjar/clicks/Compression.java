package io.nightjar.clicks;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.xerial.snappy.SnappyFramedInputStream;

/** Opens logs as the text that they are, by how their name ends. */
final class Compression {
  private static final List<String> ENDINGS =
      List.of(".gz", ".bz2", ".zst", ".zstd", ".snappy", ".sz", ".deflate", ".lz4");

  /** How a stream in Snappy's framing format starts; Hadoop has a format of its own. */
  private static final byte[] SNAPPY_FRAME = {
    (byte) 0xff, 0x06, 0x00, 0x00, 's', 'N', 'a', 'P', 'p', 'Y'
  };

  private Compression() {}

  static boolean isCompressed(String path) {
    return ENDINGS.stream().anyMatch(path::endsWith);
  }

  /** The text of a whole file. */
  static InputStream open(Path path, Configuration hadoop) throws IOException {
    InputStream file = new BufferedInputStream(StorageStream.open(path, 0, hadoop), 1 << 16);
    String name = path.getName();
    // Hadoop's own zstd needs a native library that few machines have; Spark brings zstd-jni.
    if (name.endsWith(".zst") || name.endsWith(".zstd")) {
      return new ZstdInputStream(file);
    }
    if ((name.endsWith(".snappy") || name.endsWith(".sz")) && startsWith(file, SNAPPY_FRAME)) {
      return new SnappyFramedInputStream(file);
    }
    CompressionCodec codec = new CompressionCodecFactory(hadoop).getCodec(path);
    return codec == null ? file : codec.createInputStream(file);
  }

  private static boolean startsWith(InputStream in, byte[] expected) throws IOException {
    in.mark(expected.length);
    byte[] start = in.readNBytes(expected.length);
    in.reset();
    return Arrays.equals(start, expected);
  }
}
