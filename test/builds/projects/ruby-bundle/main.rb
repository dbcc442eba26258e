require 'greeting'

puts Greeting.text
