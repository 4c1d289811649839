package io.flowledger.deploy.cli.transfer.parquet;

import io.flowledger.deploy.cli.CommandFailure;
import io.flowledger.deploy.cli.Faults;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.avro.AvroWriteSupport;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalOutputFile;

/**
 * File of a table, written row by row. What is in memory is bounded by the size of row groups and
 * pages, however many rows there are: five such files are written at once in a heap of 256 MB.
 */
final class TableFile {

  private static final long ROW_GROUP_BYTES = 16L << 20;
  private static final int PAGE_BYTES = 256 << 10;
  private static final int LONGEST_BOUND = 64; // of a least and a greatest text

  // Sizes are looked at after so many rows at the most, since a value may have a megabyte.
  private static final int MOST_ROWS_UNMEASURED = 16;

  private final Table table;
  private final Path file;
  private final ParquetWriter<GenericRecord> writer;
  private long rows;

  /**
   * @throws CommandFailure when it cannot be written
   */
  TableFile(Table table, Path file) {
    this.table = table;
    this.file = file;
    try {
      this.writer =
          AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
              .withSchema(table.schema())
              .withDataModel(GenericData.get())
              .withConf(configuration())
              .withCodecFactory(new ZstdPages())
              .withCompressionCodec(ZstdPages.NAME)
              .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
              .withRowGroupSize(ROW_GROUP_BYTES)
              .withPageSize(PAGE_BYTES)
              .withDictionaryPageSize(PAGE_BYTES)
              .withMinRowCountForPageSizeCheck(1)
              .withMaxRowCountForPageSizeCheck(MOST_ROWS_UNMEASURED)
              .withStatisticsTruncateLength(LONGEST_BOUND)
              .withColumnIndexTruncateLength(LONGEST_BOUND)
              .build();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static ParquetConfiguration configuration() {
    ParquetConfiguration configuration = new PlainParquetConfiguration();
    configuration.setBoolean(AvroWriteSupport.WRITE_OLD_LIST_STRUCTURE, false);
    return configuration;
  }

  /** An empty row, to be filled and added. */
  GenericRecord row() {
    return new GenericData.Record(table.schema());
  }

  /**
   * @throws CommandFailure when it cannot be written
   */
  void add(GenericRecord row) {
    try {
      writer.write(row);
    } catch (IOException e) {
      throw unwritable(e);
    }
    rows++;
  }

  long rows() {
    return rows;
  }

  /**
   * Writes what is not written yet: the file is whole then.
   *
   * @throws CommandFailure when it cannot be written
   */
  void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /** Closes it, whatever becomes of what is not written yet. */
  void abandon() {
    try {
      writer.close();
    } catch (IOException | RuntimeException alreadyTold) {
      // that it cannot be written, or of no interest: the file goes away
    }
  }

  private CommandFailure unwritable(IOException e) {
    return CommandFailure.failed("cannot write %s: %s".formatted(file, Faults.why(e)));
  }
}
