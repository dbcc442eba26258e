Gem::Specification.new do |it|
  it.name = 'greeting'
  it.version = '1.0'
  it.summary = 'Greets.'
  it.authors = ['shop']
  it.files = ['lib/greeting.rb']
end
