Gem::Specification.new do |it|
  it.name = 'answer'
  it.version = '1.0'
  it.summary = 'Answers.'
  it.authors = ['shop']
  it.files = ['ext/extconf.rb', 'ext/answer.c']
  it.extensions = ['ext/extconf.rb']
end
