package io.nightjar.clicks;

import io.nightjar.config.InputConfig;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.util.LineReader;

/**
 * The records of one split of a text log. Where a file breaks off in the middle of its compressed
 * data, the lines before are records like others and the rest is one record with the defect
 * UNREADABLE_REST. (Spark's own reader would fail the job, or pass over it without a word.)
 */
final class LogLines implements Iterator<LogRecord>, Closeable {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final char REPLACEMENT = '\uFFFD';

  private final InputConfig input;
  private final Charset charset;
  private final LogSplit split;
  private final Text buffer = new Text();

  private InputStream stream;
  private LineReader reader;
  private RecordParser parser;
  private String header;
  private long position;
  private long lastLineBytes;
  private LogRecord next;

  /**
   * Opens the split; a file that is damaged from its start is one unreadable record.
   *
   * @throws UncheckedIOException if storage fails, which is no defect of the log
   */
  LogLines(LogSplit split, InputConfig input, Configuration hadoop) {
    this.input = input;
    this.charset = Charset.forName(input.charset());
    this.split = split;
    try {
      open(hadoop);
      advance();
    } catch (UncheckedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  private void open(Configuration hadoop) throws IOException {
    Path path = new Path(split.path());
    if (split.start() > 0) {
      try (LogLines top = new LogLines(new LogSplit(split.path(), 0, 1), input, hadoop)) {
        header = top.header;
        parser = top.parser;
      }
      stream = StorageStream.open(path, split.start(), hadoop);
      reader = new LineReader(stream, BUFFER_BYTES);
      // The line that reaches into this split belongs to the one before.
      position = split.start() + reader.readLine(buffer, 0);
      return;
    }
    stream = Compression.open(path, hadoop);
    reader = new LineReader(stream, BUFFER_BYTES);
    if (input.format().hasHeader() && input.header()) {
      header = readLine();
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public LogRecord next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    LogRecord record = next;
    next = null;
    if (reader != null) {
      try {
        advance();
      } catch (UncheckedIOException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        fail(e);
      }
    }
    return record;
  }

  private void advance() throws IOException {
    // As in Hadoop: a line that starts right at the end is this split's.
    if (position > split.end()) {
      close();
      return;
    }
    String line = readLine();
    if (line == null) {
      close();
      return;
    }
    next = new LogRecord(record(line), line, split.path());
  }

  private RawRecord record(String line) {
    if (lastLineBytes > input.maxLineLength() + 2L) {
      return RawRecord.defective(Verdict.LINE_TOO_LONG);
    }
    if (line.indexOf(REPLACEMENT) >= 0 && !isOfCharset()) {
      return RawRecord.defective(Verdict.BROKEN_TEXT);
    }
    if (header != null && line.equals(header)) {
      return RawRecord.defective(Verdict.REPEATED_HEADER);
    }
    return parser(line).parse(line);
  }

  private RecordParser parser(String line) {
    if (parser == null) {
      parser = RecordParser.of(input, header == null ? line : header);
    }
    return parser;
  }

  private String readLine() throws IOException {
    lastLineBytes = reader.readLine(buffer, input.maxLineLength());
    if (lastLineBytes == 0) {
      return null;
    }
    boolean atStart = position == 0;
    position += lastLineBytes;
    String line = new String(buffer.getBytes(), 0, buffer.getLength(), charset);
    return atStart && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK
        ? line.substring(1)
        : line;
  }

  private boolean isOfCharset() {
    try {
      charset.newDecoder().decode(ByteBuffer.wrap(buffer.getBytes(), 0, buffer.getLength()));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private void fail(Exception failure) {
    String raw = "(unreadable from byte " + position + " of its text on: " + failure + ")";
    next = new LogRecord(RawRecord.defective(Verdict.UNREADABLE_REST), raw, split.path());
    close();
  }

  @Override
  public void close() {
    reader = null;
    try {
      if (stream != null) {
        stream.close();
      }
    } catch (IOException e) {
      // What was to be read has been read.
      stream = null;
    }
  }
}
