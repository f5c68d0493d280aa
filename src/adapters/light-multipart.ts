// multipart/form-data, as HTML encodes the entries of a form ("multipart/form-data encoding algorithm").

/** The entries as a Blob, which reads files when it is read, and its type. */
export function encodeMultipart(form: FormData): {
  readonly blob: Blob;
  readonly type: string;
} {
  // Not of node:crypto, which would take half the time of a start.
  const boundary = `----formdata-tsgi-${digits()}${digits()}`;
  const parts: (string | Blob)[] = [];
  for (const [name, value] of form) {
    const field = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(lines(name))}"`;
    if (typeof value === "string") {
      parts.push(`${field}\r\n\r\n${lines(value)}\r\n`);
    } else {
      const type = value.type || "application/octet-stream";
      const file = `${field}; filename="${quoted(value.name)}"`;
      parts.push(`${file}\r\nContent-Type: ${type}\r\n\r\n`, value, "\r\n");
    }
  }
  parts.push(`--${boundary}--\r\n`);
  const type = `multipart/form-data; boundary=${boundary}`;
  return { blob: new Blob(parts), type };
}

function digits(): string {
  return Math.random().toString(36).slice(2, 12).padEnd(10, "0");
}

function lines(text: string): string {
  return text.replace(/\r\n?|\n/g, "\r\n");
}

function quoted(name: string): string {
  return name
    .replaceAll("\n", "%0A")
    .replaceAll("\r", "%0D")
    .replaceAll('"', "%22");
}
