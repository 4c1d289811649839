package io.flowledger.deploy.cli.transfer.parquet;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compresses pages with the library that Kafka's clients bring. Parquet's own codecs are classes of
 * Hadoop, which is not there.
 */
final class ZstdPages implements CompressionCodecFactory {

  static final CompressionCodecName NAME = CompressionCodecName.ZSTD;

  private static final int LEVEL = 3;

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName name) {
    requireOwn(name);
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput page) throws IOException {
        return BytesInput.from(Zstd.compress(page.toByteArray(), LEVEL));
      }

      @Override
      public CompressionCodecName getCodecName() {
        return NAME;
      }

      @Override
      public void release() {}
    };
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
    requireOwn(name);
    return new BytesInputDecompressor() {
      @Override
      public BytesInput decompress(BytesInput page, int size) throws IOException {
        return BytesInput.from(Zstd.decompress(page.toByteArray(), size));
      }

      @Override
      public void decompress(ByteBuffer page, int pageSize, ByteBuffer into, int size)
          throws IOException {
        byte[] compressed = new byte[pageSize];
        page.get(compressed);
        into.put(Zstd.decompress(compressed, size));
      }

      @Override
      public void release() {}
    };
  }

  private static void requireOwn(CompressionCodecName name) {
    if (name != NAME) {
      throw new IllegalArgumentException(name + " is not how these files are compressed");
    }
  }

  @Override
  public void release() {}
}
