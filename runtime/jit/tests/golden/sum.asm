  stp fp, lr, [sp, #-16]!
  mov fp, sp
block0:
  add x0, x3, #240
  ldr x1, [x2, #24]
  ldr x1, [x1]
  subs xzr, x0, x1
  b.hi label23 ; b label1
block1:
  str x3, [x2, #48]
  ldr x1, [x2, #32]
  mov x5, x2
  str x0, [x1]
  b label2
block2:
  load_ext_name_far x0, User(userextname0)+0
  ldr x13, [x3]
  ldr x15, [x3, #8]
  ldr x1, [x3, #16]
  and x2, x13, #3
  cbnz x2, label3 ; b label4
block4:
  and x2, x15, #3
  cbnz x2, label5 ; b label6
block6:
  and x2, x1, #3
  cbnz x2, label7 ; b label8
block8:
  b label9
block9:
  subs xzr, x13, x1
  b.ge label10 ; b label11
block11:
  adds x3, x15, x13
  cset x2, vs
  ands wzr, w2, #255
  b.ne label12 ; b label13
block13:
  add x4, x13, #4
  subs xzr, x4, x13
  b.lt label20 ; b label14
block14:
  movz x2, #8192
  ldar w2, [x2]
  cbnz w2, label15 ; b label16
block16:
  ldar x2, [x0]
  cbnz x2, label17 ; b label18
block18:
  mov x13, x4
  mov x15, x3
  b label9
block3:
  mov x0, x5
  b label22
block5:
  mov x0, x5
  b label22
block7:
  mov x0, x5
  b label22
block10:
  mov x0, x5
  b label21
block12:
  mov x0, x5
  b label21
block15:
  b label19
block17:
  b label19
block19:
  movz x2, #5
  mov x0, x5
  str x4, [x0, #72]
  str x3, [x0, #80]
  ldr x7, [x0, #4168]
  add x7, x7, #1000
  str x7, [x0, #4168]
  load_ext_name_far x8, User(userextname0)+0
  ldr x3, [x8, #8]
  ldp fp, lr, [sp], #16
  ret
block20:
  mov x0, x5
  movz x2, #4
  str x13, [x0, #72]
  str x3, [x0, #80]
  ldr x11, [x0, #4168]
  add x11, x11, #1000
  str x11, [x0, #4168]
  load_ext_name_far x12, User(userextname0)+0
  ldr x3, [x12, #8]
  ldp fp, lr, [sp], #16
  ret
block21:
  movz x2, #3
  str x13, [x0, #72]
  str x15, [x0, #80]
  ldr x15, [x0, #4168]
  add x15, x15, #1000
  str x15, [x0, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  ldp fp, lr, [sp], #16
  ret
block22:
  movz x2, #2
  ldr x1, [x0, #4168]
  add x1, x1, #1000
  str x1, [x0, #4168]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  ldp fp, lr, [sp], #16
  ret
block23:
  movz x2, #1
  movz x3, #0
  ldp fp, lr, [sp], #16
  ret
