require 'answer'

puts Answer.value
