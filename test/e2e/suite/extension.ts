import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

describe('x', () => {
  it('lang', () => {
    assert.equal(vscode.env.language, 'en');
  });
});
