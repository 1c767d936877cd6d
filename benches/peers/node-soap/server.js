// The two operations with the npm package soap, in as many processes as the machine has cores.
'use strict';

const cluster = require('node:cluster');
const { readFileSync } = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const soap = require('soap');

/** What was read, as the package can write it: it would put xsi:type without its prefixes, and no dates. */
function plain(value) {
  if (value === null || typeof value !== 'object') {
    return value;
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if ('attributes' in value) {
    if ('$value' in value) {
      return plain(value.$value);
    }
    if (Object.keys(value).length === 1) {
      return '';
    }
  }
  const result = {};
  for (const name in value) {
    if (name !== 'attributes') {
      result[name] = plain(value[name]);
    }
  }
  return result;
}

const operations = {
  SaveUser: ({ User }) => ({ Response: plain(User) }),
  RegisterWithAccessGateway: ({ RedirectUri }) => ({
    Response: { ClientId: '0123456789abcdef0123456789abcdef', RedirectUri },
  }),
};

if (cluster.isPrimary) {
  const end = () => {
    for (const worker of Object.values(cluster.workers)) {
      worker.process.kill();
    }
    process.exit();
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  for (let count = 0; count < os.availableParallelism(); ++count) {
    cluster.fork();
  }
} else {
  const server = http.createServer((_, response) => response.writeHead(404).end());
  soap.listen(server, {
    path: '/',
    services: { WcfUserService: { BasicHttpBinding_User: operations } },
    xml: readFileSync('User.wsdl', 'utf8'),
    handleNilAsNull: true,
    enableChunkedEncoding: false,
    callback: () => server.listen(Number(process.argv[2]), '127.0.0.1'),
  });
}
