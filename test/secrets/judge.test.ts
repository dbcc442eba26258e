import { describe, expect, it } from 'vitest';
import { isSecretName, judgeSecret, type SecretVerdict } from '../../rules/secrets/judge.js';
import { filled, growth, LINEAR } from '../growth.js';

function expectAll(verdict: SecretVerdict, cases: readonly (readonly [name: string, value: string])[]): void {
  expect(cases.filter(([name, value]) => judgeSecret(name, value) !== verdict)).toEqual([]);
}

describe('a variable', () => {
  it('holds a secret when its name says so and its value could be one', () => {
    expectAll('secret', [
      ['DB_PASSWORD', 'kX9-Tulip-42'],
      ['DB_PASSWORD', 'hunter2$'],
      ['DB_PASSWORD', '48151623'],
      ['DB_PASSWORD', 'a'],
      ['dbPassword', 'kX9-Tulip-42'],
      ['db.password', 'kX9-Tulip-42'],
      ['MYSQLPASSWORD', 'kX9-Tulip-42'],
      ['PGPASSWORD', 'kX9-Tulip-42'],
      ['MYSQL_ROOT_PW', 'kX9-Tulip-42'],
      ['JENKINS_PSW', 'kX9-Tulip-42'],
      ['DB_PASS', 'kX9-Tulip-42'],
      ['POSTGRES_PWD', 'kX9-Tulip-42'],
      ['ENCRYPTION_KEY', 'hunter2'],
      ['MYAPIKEY', 'literalvalue'],
      ['MY_CREDENTIAL', 'somevalue'],
      ['SESSION_SALT', 'somesalt'],
      ['SECRET_KEY_BASE', '3f1d9a77'],
      ['AWS_SECRET_ACCESS_KEY', 'qT7/wP+9'],
      ['DATABASE_CONNECTION_STRING', 'Server=db;Password=kX9'],
      ['VAULT_DEV_ROOT_TOKEN_ID', 'kX9-Tulip-42'],
      ['RABBITMQ_ERLANG_COOKIE', 'SWQOKODSQALRPCLNMEQG'],
      ['SENTRY_DSN', 'https://abc@sentry.example.com/12'],
      ['API_TOKEN', 'https://user:kX9@example.com'],
      ['TOKEN_TTL', 'hunter2'],
    ]);
  });

  it('holds a placeholder when anyone would guess it or it tells what belongs there', () => {
    expectAll('placeholder', [
      ['POSTGRES_PASSWORD', 'postgres'],
      ['POSTGRES_PASSWORD', 'postgres123'],
      ['KEYCLOAK_ADMIN_PASSWORD', 'keycloak'],
      ['SA_PASSWORD', 'P@ssw0rd'],
      ['DB_PASSWORD', '12345678'],
      ['DB_PASSWORD', 'changeme'],
      ['DB_PASSWORD', 'change-this-password'],
      ['DB_PASSWORD', '<password>'],
      ['DB_PASSWORD', '********'],
      ['API_KEY', 'your-api-key'],
      ['API_KEY', 'YOUR_API_KEY_HERE'],
      ['API_KEY', 'xxxxxxxx'],
      ['NPM_TOKEN', 'NPM_TOKEN'],
      ['JWT_SECRET', 'not-a-secret'],
      ['JWT_SECRET', 'insecure-dev-key'],
      ['AWS_ACCESS_KEY', 'AKIAIOSFODNN7EXAMPLE'],
      ['SECRET_KEY_BASE', 'dummy'],
      ['password', 'bar'],
    ]);
  });

  it('is harmless when its name says where a credential is, or how long it lives', () => {
    const names = [
      'POSTGRES_PASSWORD_FILE',
      'SECRET_KEY_PATH',
      'SSH_KEY_DIR',
      'SSH_AUTH_SOCK',
      'AWS_WEB_IDENTITY_TOKEN_FILE',
      'TOKEN_URL',
      'SECRET_NAME',
      'AWS_ACCESS_KEY_ID',
      'FACEBOOK_APP_ID',
      'DB_USERNAME',
      'KEY_ALIAS',
      'AUTH_MODULE_VERSION',
      'VAPID_PUBLIC_KEY',
      'GPG_KEY',
      'GOPRIVATE',
      'TOKENIZERS_PARALLELISM',
      'PASSWORD_POLICY',
      'USER_PASSWORD_REQUIREMENTS',
      'MYSQL_RANDOM_ROOT_PASSWORD',
      'PASSWORDLESS_LOGIN',
      'EGG_PASSPORT_GITHUB_CLIENT_ID',
      'BYPASS',
      'COMPASS_HOME',
      'MONKEY',
      'LICENSE_KEY',
      'PWD',
      'OLDPWD',
      'PASS_THROUGH',
      'PATH',
      'PATTERN',
      '',
    ];
    expect(names.filter((it) => isSecretName(it))).toEqual([]);
    expect(names.filter((it) => judgeSecret(it, 'kX9-Tulip-42') !== 'harmless')).toEqual([]);
  });

  it('is harmless when its value cannot be a secret', () => {
    expectAll('harmless', [
      ['API_TOKEN', ''],
      ['API_TOKEN', '  '],
      ['ENABLE_TOKEN', '1'],
      ['ROOT_PASSWORD', 'yes'],
      ['API_TOKEN', 'true'],
      ['API_TOKEN', 'none'],
      ['ACCESS_TOKEN_EXPIRE_MINUTES', '30'],
      ['TOKEN_TTL', '500ms'],
      ['TOKEN_TTL', '1.5'],
      ['TOKEN_TTL', 'P30D'],
      ['TOKEN_TTL', 'never'],
      ['API_TOKENS', '4096'],
      ['TLS_PRIVATE_KEY', '/certs/tls.key'],
      ['TLS_PRIVATE_KEY', './certs/tls.pem'],
      ['GOOGLE_APPLICATION_CREDENTIALS', 'key.json'],
      ['APP_SECRET', 'https://vault.example.com/v1/app'],
      ['SENTRY_DSN', 'https://sentry.example.com/12'],
      ['API_TOKEN', '$API_TOKEN'],
      ['API_TOKEN', '${API_TOKEN}'],
      ['API_TOKEN', '%API_TOKEN%'],
      ['API_TOKEN', '{{ api_token }}'],
      ['API_TOKEN', '<%= token %>'],
      ['API_TOKEN', '$(cat /run/secrets/token)'],
      ['API_TOKEN', 'vault:secret/data/app#token'],
      ['API_TOKEN', 'op://shop/api/credential'],
      ['API_TOKEN', 'arn:aws:secretsmanager:eu-central-1:1:secret:app'],
      ['API_TOKEN', 'projects/shop/secrets/api'],
      ['API_TOKEN', 'prefix-\uFFFC'],
    ]);
  });

  it('is judged in linear time, whatever its name and value', () => {
    const beginnings = [
      'a',
      'A',
      '_',
      'aA',
      'PASSWORD_',
      '{',
      '{{',
      '<%',
      '${',
      'a:',
      '://',
      'a@',
      'my',
      'your_',
      'set_',
      '0',
      '-',
      ' ',
      '.pem',
      '<',
      '[',
    ];
    for (const beginning of beginnings) {
      const judge = (length: number) => {
        const text = filled(beginning, length);
        judgeSecret(text, 'kX9');
        judgeSecret('API_TOKEN', text);
        judgeSecret('SENTRY_DSN', text);
        judgeSecret('TOKEN_TTL', text);
        judgeSecret('DB_PASSWORD', `https://${text}`);
      };
      expect(growth(100_000, judge), beginning).toBeLessThan(LINEAR);
    }
  });
});
