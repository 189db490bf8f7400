import { assert } from "@std/assert";

/**
 * Makes an authority of our own, and the certificate of a server on this machine by it.
 *
 * @param directory Where: `ca.pem`, `server.pem` and `server.key`.
 */
export async function makeTlsCertificates(directory: string): Promise<void> {
  const subject = (name: string) => ["-subj", `/CN=${name}`, "-nodes", "-newkey", "ec"];
  const curve = ["-pkeyopt", "ec_paramgen_curve:prime256v1"];
  await openssl(
    directory,
    "req",
    "-x509",
    ...subject("authority"),
    ...curve,
    "-days",
    "2",
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
  );
  await openssl(
    directory,
    "req",
    ...subject("localhost"),
    ...curve,
    "-keyout",
    "server.key",
    "-out",
    "server.csr",
  );
  await Deno.writeTextFile(`${directory}/names`, "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  await openssl(
    directory,
    "x509",
    "-req",
    "-in",
    "server.csr",
    "-CA",
    "ca.pem",
    "-CAkey",
    "ca.key",
    "-CAcreateserial",
    "-days",
    "2",
    "-extfile",
    "names",
    "-out",
    "server.pem",
  );
}

async function openssl(directory: string, ...args: readonly string[]): Promise<void> {
  const command = new Deno.Command("openssl", { args: [...args], cwd: directory, stderr: "null" });
  assert((await command.output()).success);
}
