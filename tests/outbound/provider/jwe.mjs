// Encrypts the texts that follow the key (hexadecimal) as an access gateway does, one on a line.

import { CompactEncrypt } from 'jose';

const [key, ...texts] = process.argv.slice(2);
for (const text of texts) {
  const token = new CompactEncrypt(new TextEncoder().encode(text));
  token.setProtectedHeader({ alg: 'dir', enc: 'A256GCM' });
  console.log(await token.encrypt(Buffer.from(key, 'hex')));
}
