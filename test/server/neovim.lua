-- Neovim as a user of the server: waits for diagnostics, takes the fix under the cursor, saves. Prints JSON.
local server = os.getenv('SEAWORTHY_SERVER')
local client_id = vim.lsp.start_client({
  name = 'seaworthy',
  cmd = { os.getenv('SEAWORTHY_NODE'), server, '--stdio' },
  root_dir = vim.fn.getcwd(),
  workspace_folders = { { uri = vim.uri_from_fname(vim.fn.getcwd()), name = 'test' } },
})

local function say(value)
  io.stdout:write(vim.json.encode(value) .. '\n')
end

local function fail(what)
  say({ error = what })
  vim.cmd('cquit 1')
end

local function diagnostics()
  return vim.diagnostic.get(0)
end

vim.bo.filetype = 'dockerfile'
vim.lsp.buf_attach_client(0, client_id)
if not vim.wait(20000, function()
  return #diagnostics() > 0
end, 20) then
  fail('no diagnostics')
end

local seen = vim.tbl_map(function(it)
  return { code = it.user_data.lsp.code, line = it.lnum, column = it.col, last = it.end_col, message = it.message }
end, diagnostics())
say({ diagnostics = seen })

local client = vim.lsp.get_client_by_id(client_id)
local line = vim.fn.search('^USER root') - 1
local position = { line = line, character = 6 }
local answer = client.request_sync('textDocument/codeAction', {
  textDocument = vim.lsp.util.make_text_document_params(),
  range = { start = position, ['end'] = position },
  context = { diagnostics = {} },
}, 10000, 0)
local fix = nil
for _, action in ipairs(answer.result or {}) do
  if action.title:find('node') then
    fix = action
    break
  end
end
if not fix then
  fail('no fix')
end
if not fix.edit then
  fix = client.request_sync('codeAction/resolve', fix, 10000, 0).result
end
vim.lsp.util.apply_workspace_edit(fix.edit, client.offset_encoding)
if not vim.wait(20000, function()
  return vim.tbl_isempty(vim.tbl_filter(function(it)
    return it.user_data.lsp.code == 'root-user'
  end, diagnostics()))
end, 20) then
  fail('the finding stays')
end
vim.cmd('write')
say({ title = fix.title })
vim.cmd('qall')
