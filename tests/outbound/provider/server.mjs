// An OpenID Connect provider that logs everybody in as nora. Its only argument is JSON:
//   port                where it listens, on this machine only
//   store               file that keeps clients and tokens when it is stopped
//   initialAccessToken  asked for at registrations
//   rotate              whether registration access tokens are replaced when they are used
//   unmanaged           whether registrations can be neither read nor changed
//   authMethod          the only way in which clients can identify themselves
//   forge               whether it signs with a key that it does not publish
// It prints its issuer when it is ready.

import { readFileSync, writeFileSync } from 'node:fs';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const options = JSON.parse(process.argv[2]);

let rows = {};
try {
  rows = JSON.parse(readFileSync(options.store));
} catch {
  // Nothing has been kept yet.
}

function keep() {
  writeFileSync(options.store, JSON.stringify(rows));
}

/** All that the provider stores, in one file. */
class Rows {
  constructor(model) {
    this.model = model;
  }

  key(id) {
    return `${this.model}:${id}`;
  }

  async upsert(id, payload) {
    rows[this.key(id)] = payload;
    keep();
  }

  async find(id) {
    return rows[this.key(id)];
  }

  async findByUid(uid) {
    return Object.values(rows).find((row) => row.kind === this.model && row.uid === uid);
  }

  async findByUserCode() {
    return undefined;
  }

  async consume(id) {
    rows[this.key(id)].consumed = Math.floor(Date.now() / 1000);
    keep();
  }

  async destroy(id) {
    delete rows[this.key(id)];
    keep();
  }

  async revokeByGrantId(grantId) {
    for (const [key, row] of Object.entries(rows)) {
      if (row.grantId === grantId) delete rows[key];
    }
    keep();
  }
}

async function key() {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: 'the-key', alg: 'RS256', use: 'sig' };
}

function clients() {
  return Object.entries(rows).filter(([name]) => name.startsWith('Client:'));
}

const signing = await key();
const published = options.forge ? await key() : signing;

const issuer = `http://127.0.0.1:${options.port}`;
const provider = new Provider(issuer, {
  adapter: Rows,
  jwks: { keys: [signing] },
  cookies: { keys: ['of no importance'] },
  pkce: { required: () => true },
  interactions: { url: (_, interaction) => `/login/${interaction.uid}` },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com` }),
  }),
  claims: { openid: ['sub', 'email'] },
  ...(options.authMethod ? { clientAuthMethods: [options.authMethod] } : {}),
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true, initialAccessToken: options.initialAccessToken ?? false },
    registrationManagement: {
      enabled: !options.unmanaged,
      rotateRegistrationAccessToken: options.rotate ?? false,
    },
  },
});

provider.use(async (ctx, next) => {
  if (ctx.path.startsWith('/login/')) {
    const { prompt, params, session } = await provider.interactionDetails(ctx.req, ctx.res);
    let result = { login: { accountId: 'nora' } };
    if (prompt.name === 'consent') {
      const { accountId } = session;
      const grant = new provider.Grant({ accountId, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      result = { consent: { grantId: await grant.save() } };
    }
    ctx.respond = false;
    await provider.interactionFinished(ctx.req, ctx.res, result);
  } else if (ctx.path === '/test/clients') {
    ctx.body = clients().map(([, client]) => client);
  } else if (ctx.path === '/test/forget') {
    for (const [name] of clients()) delete rows[name];
    keep();
    ctx.body = [];
  } else {
    await next();
    if (ctx.path === '/jwks' && options.forge) {
      const { kty, kid, use, n, e } = published;
      ctx.body = { keys: [{ kty, kid, use, n, e }] };
    }
  }
});

provider.listen(options.port, '127.0.0.1', () => console.log(issuer));
